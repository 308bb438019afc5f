/**
 * What the intake room hands to a tool: records of a delimited text file, whatever its encoding and delimiter, with the
 * physical line on which each begins. Nothing is dropped: what cannot be read is a fault with a line.
 */

/** One record: its cells as text, and the physical line (from 1) on which it begins. */
export interface FileRecord {
  line: number;
  cells: string[];
}

/** A record that cannot be read at all: an unclosed quote, a NUL. */
export interface FileFault {
  line: number;
  reason: string;
  cells: string[];
}

/** Found from the content, never from the file's name. */
export interface FileForm {
  encoding: 'utf-8' | 'utf-16le' | 'utf-16be' | 'windows-1252';
  delimiter: ',' | '\t' | ';' | '|';
}
