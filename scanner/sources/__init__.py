"""The first stage: from a request to a listing of files whose bytes are read on demand."""
