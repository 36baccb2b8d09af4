"""Endpoints of classes."""
