"""Fast, pausable and repeatable training: buffers, chunks, threads and the identity of a batch. No formula is here."""
