//! The Jupyter protocol over ZeroMQ.
