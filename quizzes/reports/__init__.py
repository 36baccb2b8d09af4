"""Tables and pages of joined data, in a fixed number of queries."""
