#![no_main]
libfuzzer_sys::fuzz_target!(|data: &[u8]| minesift_fuzz::read("plan", "a.csv", None, data));
