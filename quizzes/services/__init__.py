"""What may happen: changes to several rows, or with a rule. Each is one named function in one transaction."""
