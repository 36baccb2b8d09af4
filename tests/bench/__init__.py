"""What the site's work costs beside the same work in the plainest Django. `make bench` runs it."""
