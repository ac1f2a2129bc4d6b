/** What clients of the Kayenta API store by id: the kinds of objects that this face keeps in the store. */
export type KayentaObjectKind =
  | 'canary-config'
  | 'metric-set-list'
  | 'metric-set-pair-list'
  | 'archived-result'
  | 'archived-standalone'
  | 'judge-comparison';
