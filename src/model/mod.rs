//! Models: `Config` and `new(vb, config)`, each readable in one sitting.

pub mod scorer;
