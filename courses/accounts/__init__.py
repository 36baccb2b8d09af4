"""Where allauth and Django's sign-in meet our rules: limits, mail, passwords, checks, and what every answer carries."""
