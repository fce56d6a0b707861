#![no_main]
libfuzzer_sys::fuzz_target!(|data: &[u8]| minesift_fuzz::read("ms-project", "a.xml", None, data));
