"""From what an author wrote to safe HTML: Markdown, citations, glossary terms, figures. Rows are not known here."""
