//! The viewer: app, scene, render.
