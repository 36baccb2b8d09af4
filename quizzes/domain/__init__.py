"""The pure core: marking and drawing, with no Django, no clock and no database."""
