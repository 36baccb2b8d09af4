"""Faults put into the core and the services on purpose, one at a time, to see whether tests notice (`make mutants`)."""
