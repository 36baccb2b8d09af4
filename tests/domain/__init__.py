"""The pure core: no database."""
