// Icons of kinds of data and types of columns.
import {
  CalendarDays,
  CaseSensitive,
  ChartLine,
  FileText,
  Grid3x3,
  Hash,
  Images,
  ListOrdered,
  Table2,
  Tag,
  TextInitial,
} from '@lucide/vue';
import type { Component } from 'vue';
import type { ColumnStatistics, DataKind } from '../../../contract/services/datasets.js';

export const kindIcons: Readonly<Record<DataKind, Component>> = {
  image: Images,
  tabular: Table2,
  sequence: ListOrdered,
  text: FileText,
  timeSeries: ChartLine,
};

const columnIcons: Readonly<Record<ColumnStatistics['type'], Component>> = {
  number: Hash,
  category: Tag,
  text: CaseSensitive,
  array: Grid3x3,
  windows: TextInitial,
};

export function columnIcon({ type, isDate }: Pick<ColumnStatistics, 'type' | 'isDate'>): Component {
  return isDate ? CalendarDays : columnIcons[type];
}
