"""From a `Diff` to HTML, Markdown, JSON and the terminal; nothing is computed here."""
