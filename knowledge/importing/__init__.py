"""Tips in and out of files: CSV, JSON Lines, Markdown. Running an import again changes nothing twice."""
