"""A fuzzer of the readers: real feeds where they are at hand, made-up ones everywhere, damaged ten thousand ways."""
