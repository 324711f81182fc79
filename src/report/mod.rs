//! Tables and figures of results. Knows no models.
