import { Dropzone } from '@mantine/dropzone';
import { IconFileDownload } from '@tabler/icons-react';

/** A place to drop files on; the same box is a button that opens the file picker, by mouse, Enter or Space. */
export function FileDrop(props: {
  title: string;
  hint: string;
  onFiles: (files: File[]) => void;
  accept?: string[];
  multiple?: boolean;
  disabled?: boolean;
}) {
  return (
    <Dropzone
      className="drop"
      onDrop={props.onFiles}
      multiple={props.multiple ?? true}
      disabled={props.disabled ?? false}
      {...(props.accept ? { accept: props.accept } : {})}
      styles={{ root: { minHeight: 0 } }}
      role="button"
      aria-label={`${props.title}. ${props.hint}`}
      inputProps={{ 'aria-label': props.title }}
    >
      <IconFileDownload size={28} stroke={1.4} aria-hidden />
      <strong>{props.title}</strong>
      <span className="muted">{props.hint}</span>
    </Dropzone>
  );
}
