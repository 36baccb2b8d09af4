"""Tables and pages of joined data about a class, in a fixed number of queries."""
