"""What makes training fast, pausable and repeatable: buffers, chunks, threads and the identity of a batch. No formulas."""
