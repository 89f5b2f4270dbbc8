export { type Compression, compressionOf, compressor, decompressor } from './compression.js';
export { type OpenInput, openInput, STDIO } from './open-input.js';
export { type OpenOutput, type OutputMode, openOutput } from './open-output.js';
export { sha256OfFile } from './sha256-of-file.js';
export { writeFileAtomically } from './write-file-atomically.js';
