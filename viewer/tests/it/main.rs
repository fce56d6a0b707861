//! What crosses the planes of the viewer: picking far from zero, sections, pictures, panels.

mod far_mine;
mod panels;
mod picking;
mod pictures;
