//! The register: one GeoPackage file with a memory.
