"""What `vigia doctor` looks at: one file a subject. Each check says what it found and, if it is wrong, what to do."""
