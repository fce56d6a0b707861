#![no_main]
libfuzzer_sys::fuzz_target!(|data: &[u8]| minesift_fuzz::read("point-cloud", "a.las", None, data));
