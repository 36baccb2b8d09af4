"""Reading, classes, rendering."""
