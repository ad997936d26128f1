/** What a bar of the map stands for; `total` is the length of all of it, null where it is not known. */
export function BarLabel({ name, total }: { name: string; total: string | null }) {
  return (
    <>
      {total !== null && <span className="total">{total}</span>}
      {name}
    </>
  );
}
