//! Every value as bytes and back, bytes that are no value, and folders that several programs use.
