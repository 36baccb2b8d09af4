"""How much the site's work costs, beside a floor measured in the same run. Run it with `make bench`."""
