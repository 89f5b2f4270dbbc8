export {
  type CsvDelimiter,
  type CsvHeader,
  type CsvRow,
  type ReadCsvOptions,
  readCsvRows,
} from './read-csv-rows.js';
