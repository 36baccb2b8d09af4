"""How a class grades: what it reads from standing rows, its page, how a total arose, and the files made of it."""
