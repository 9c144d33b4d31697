import type { StoredFile, Upload } from './model';
import type { LeverState } from './state';

/** Types that Lever can process for preview. */
const SUPPORTED = ['.docx', '.doc', '.js', '.jpg', '.png', '.pdf', '.txt'];

export type FileStatus = 'processing' | 'processed' | 'unsupported' | 'error' | null;

export function fileStatus(state: LeverState, file: StoredFile): FileStatus {
  const { fileProcessingMs, fileOutcome } = state.behaviour;
  if (state.now() - file.uploadedAt < fileProcessingMs) return 'processing';
  if (fileOutcome !== 'by-type') return fileOutcome === 'error' ? 'error' : null;
  return SUPPORTED.includes(file.ext) ? 'processed' : 'unsupported';
}

export function fileJson(state: LeverState, opportunityId: string, file: StoredFile) {
  const number = (value: number) => (state.behaviour.fileNumbers === 'quoted' ? String(value) : value);
  return {
    id: file.id,
    downloadUrl: `${state.root}/v1/opportunities/${opportunityId}/files/${file.id}/download`,
    ext: file.ext,
    name: file.name,
    uploadedAt: number(file.uploadedAt),
    status: fileStatus(state, file),
    size: number(file.content.length),
  };
}

export const uploadJson = (state: LeverState, upload: Upload) => ({
  id: upload.id,
  uri: `${state.root}/uploads/${upload.id}`,
  filename: upload.filename,
  size: upload.content.length,
  expiresAt: upload.expiresAt,
});
