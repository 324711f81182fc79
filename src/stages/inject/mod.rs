//! `inject`: Pools → Pools. Changes pools to isolate one stage from the other.

pub mod oracle;
