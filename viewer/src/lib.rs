//! The viewer: what is known of a mine and what follows from it, in three dimensions.
//!
//! Three planes, each knowing only the one after it: [`app`] (panels, hand and eye) → [`scene`] (points, lines and
//! triangles with ids, `f64`, no GPU) → [`render`] (buffers, shaders, pixels; knows no mines). One code for the window
//! ([`native`]), the picture off-screen ([`still`]) and the browser ([`site_folder`]).
//!
//! | to… | look at |
//! | --- | --- |
//! | make the geometry of a mine | [`scene::Scene::new`] |
//! | ask what lies under the pointer | [`scene::pick`] |
//! | cut it by a vertical plane, with filled caps | [`scene::section`] |
//! | stand somewhere and look | [`camera::Camera`] |
//! | draw it | [`render::Renderer`], [`overlay`] |
//! | save a section as a drawing with axes | [`sheet::Drawing`] |
//! | make a PNG without a window | [`still::picture`] |
//! | send a mine to a browser | [`parcel::Parcel`] |
//! | show many mines | [`province::Province`] |

pub mod app;
pub mod as_they_are;
pub mod camera;
pub mod letters;
pub mod overlay;
pub mod parcel;
pub mod pixels;
pub mod province;
pub mod render;
pub mod scene;
pub mod sheet;

#[cfg(not(target_arch = "wasm32"))]
pub mod native;
#[cfg(not(target_arch = "wasm32"))]
pub mod site_folder;
#[cfg(not(target_arch = "wasm32"))]
pub mod still;
#[cfg(target_arch = "wasm32")]
pub mod web;
