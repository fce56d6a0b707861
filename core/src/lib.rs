//! MineSift's core: the mine, what is hidden in it, and where it may be worked.
//!
//! Pure functions: no files, no clock, no network, no GPU, no C library. [`zone::classify`] is a function of one
//! frozen [`site::Site`], one [`rulebook::Rulebook`] and one day.
//!
//! # By purpose
//!
//! | to… | look at |
//! | --- | --- |
//! | say what was recorded | [`fact`], [`kind`] |
//! | freeze it as one mine on one day | [`site`] |
//! | know what the law says | [`rulebook`] |
//! | divide the ground | [`zone`] |
//! | hold a plan against it | [`plan`] |
//! | ask why | [`explain`] |
//! | compute with areas | [`outline`] |
//!
//! # Terms of the regulations
//!
//! | 术语 | type |
//! | --- | --- |
//! | 隐蔽致灾因素 hidden hazard factor | [`site::hazard::Hazard`] |
//! | 可采区、缓采区、禁采区 mineable, deferred, forbidden | [`zone::Class`] |
//! | 查明程度 how well a thing is known | [`site::evidence::Grade`] |
//! | 普查 survey (coverage) | [`site::survey::Survey`] |
//! | 治理、验收 treatment, acceptance | [`site::treatment::Treatment`] |
//! | 条款 clause | [`rulebook::Clause`] |
//! | 判定 finding | [`rulebook::Finding`] |
//! | 转换条件 exit | [`rulebook::Head::exit`] |

pub mod audit;
pub mod explain;
pub mod fact;
pub mod kind;
pub mod outline;
pub mod plan;
pub mod rulebook;
pub mod site;
pub mod text;
pub mod zone;
