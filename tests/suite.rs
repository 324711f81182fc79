//! The language from text to plan, on a catalog of its own and on the real one.

#![allow(clippy::unwrap_used)]

#[path = "suite/catalog.rs"]
mod catalog;
#[path = "suite/editor.rs"]
mod editor;
#[path = "suite/given.rs"]
mod given;
#[path = "suite/given_names.rs"]
mod given_names;
#[path = "suite/given_support.rs"]
mod given_support;
#[path = "suite/messages.rs"]
mod messages;
#[path = "suite/notebooks.rs"]
mod notebooks;
#[path = "suite/plans.rs"]
mod plans;
#[path = "suite/properties.rs"]
mod properties;
#[path = "suite/real.rs"]
mod real;
#[path = "suite/sessions.rs"]
mod sessions;
