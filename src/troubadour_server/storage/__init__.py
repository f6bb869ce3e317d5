"""What lasts: the database and its migrations, the files, and the songs in both."""
