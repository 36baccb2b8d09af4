"""Course folders: mistakes found, content loaded, loaded again."""
