using System.Security.Cryptography;
using System.Text;

namespace Scp.Transport.Identity;

/// <summary>
/// Certificates and keys in files. A file is replaced whole, never written over. A private key is its owner's alone from
/// the moment the file exists, and one that others could have read is not used.
/// </summary>
internal static class IdentityFiles
{
    /// <summary>Far above any key, or any bundle of certificates, that belongs here.</summary>
    public const int MaxFileBytes = 64 * 1024;

    private const UnixFileMode OwnerOnly = UnixFileMode.UserRead | UnixFileMode.UserWrite;
    private const UnixFileMode OwnerDirectory = OwnerOnly | UnixFileMode.UserExecute;
    private const UnixFileMode Everybody = OwnerOnly | UnixFileMode.GroupRead | UnixFileMode.OtherRead;

    public static string ReadCertificates(string path)
    {
        byte[] bytes = Read(path, isPrivate: false);
        return Encoding.UTF8.GetString(bytes);
    }

    /// <summary>Reads a private key; what it was read through is wiped.</summary>
    public static ECDsa ReadKey(string path)
    {
        byte[] bytes = Read(path, isPrivate: true);
        char[] text = Encoding.UTF8.GetChars(bytes);
        var key = ECDsa.Create();
        try
        {
            key.ImportFromPem(text);
            return NodeCertificate.IsP256(key) ? key : throw new IdentityException($"{path} is not a key of ECDSA P-256: make one of that kind.");
        }
        catch (Exception fault) when (fault is ArgumentException or CryptographicException)
        {
            key.Dispose();
            throw new IdentityException($"{path} does not hold a private key in PEM without a password.", fault);
        }
        catch (IdentityException)
        {
            key.Dispose();
            throw;
        }
        finally
        {
            CryptographicOperations.ZeroMemory(bytes);
            Array.Clear(text);
        }
    }

    public static void CreateDirectory(string directory)
    {
        if (OperatingSystem.IsWindows())
        {
            throw NotUnix();
        }

        try
        {
            _ = Directory.CreateDirectory(directory, OwnerDirectory);
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException)
        {
            throw new IdentityException($"{directory} cannot be made: {fault.Message}", fault);
        }
    }

    public static void WriteCertificates(string path, string pem) => Replace(path, Encoding.ASCII.GetBytes(pem), Everybody);

    public static void WriteKey(string path, ECDsa key)
    {
        byte[] der = key.ExportPkcs8PrivateKey();
        char[] pem = PemEncoding.Write("PRIVATE KEY", der);
        byte[] text = Encoding.ASCII.GetBytes([.. pem, '\n']);
        try
        {
            Replace(path, text, OwnerOnly);
        }
        finally
        {
            CryptographicOperations.ZeroMemory(der);
            Array.Clear(pem);
            CryptographicOperations.ZeroMemory(text);
        }
    }

    private static byte[] Read(string path, bool isPrivate)
    {
        if (OperatingSystem.IsWindows())
        {
            throw NotUnix();
        }

        try
        {
            using var file = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete, bufferSize: 0);

            // Asked of the open file, so that it is the mode of what is read.
            UnixFileMode mode = File.GetUnixFileMode(file.SafeFileHandle);
            if (isPrivate && (mode & ~OwnerDirectory) != 0)
            {
                throw new IdentityException(
                    $"{path} can be used by others than its owner (mode {Convert.ToString((int)mode, 8)}): take a new key, or \"chmod 600\" it if nobody had it.");
            }

            if (file.Length > MaxFileBytes)
            {
                throw new IdentityException($"{path} is larger than {MaxFileBytes} bytes, so it is something else.");
            }

            byte[] bytes = new byte[file.Length];
            file.ReadExactly(bytes);
            return bytes;
        }
        catch (Exception fault) when (fault is FileNotFoundException or DirectoryNotFoundException)
        {
            throw new IdentityException($"{path} is missing.", fault);
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException)
        {
            throw new IdentityException($"{path} cannot be read: {fault.Message}", fault);
        }
    }

    private static void Replace(string path, byte[] content, UnixFileMode mode)
    {
        if (OperatingSystem.IsWindows())
        {
            throw NotUnix();
        }

        string next = path + ".new";
        try
        {
            File.Delete(next);
            var options = new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.Write, Share = FileShare.None, UnixCreateMode = mode };
            using (var file = new FileStream(next, options))
            {
                file.Write(content);
                file.Flush(flushToDisk: true);
            }

            File.Move(next, path, overwrite: true);
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException)
        {
            throw new IdentityException($"{path} cannot be written: {fault.Message}", fault);
        }
    }

    private static PlatformNotSupportedException NotUnix() => new("Keys in files are guarded by Unix modes.");
}
