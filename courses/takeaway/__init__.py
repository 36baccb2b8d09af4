"""A course as a book: fetched once, made into PDF, EPUB and one page to print. The door is `files.make`."""
