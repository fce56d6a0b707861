#![no_main]
libfuzzer_sys::fuzz_target!(|data: &[u8]| minesift_fuzz::read("geo3dml", "a.xml", Some("fault"), data));
