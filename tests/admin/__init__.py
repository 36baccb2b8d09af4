"""The workshop: who sees what in it, what may be edited, and what it costs."""
