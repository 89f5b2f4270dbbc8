export { type DownloadedFile, type DownloadFileOptions, type DownloadProgress, downloadFile } from './download-file.js';
