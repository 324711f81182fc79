//! Writes and removes the kernelspec.
