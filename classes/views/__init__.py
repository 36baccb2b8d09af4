"""Pages of a class, and what its instructors do with marks, time and paper."""
