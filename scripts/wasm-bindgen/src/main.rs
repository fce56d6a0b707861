//! `wasm-bindgen-step IN.wasm OUT_FOLDER`: the module and its glue for a page without a bundler.

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let [input, output] = arguments.as_slice() else {
        return Err("usage: wasm-bindgen-step IN.wasm OUT_FOLDER".into());
    };
    let mut step = wasm_bindgen_cli_support::Bindgen::new();
    step.input_path(input).out_name("viewer").web(true)?.typescript(false).generate(output)?;
    Ok(())
}
