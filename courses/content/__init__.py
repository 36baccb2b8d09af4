"""Content as people write it in files: read strictly, checked wholly, then loaded in one transaction."""
